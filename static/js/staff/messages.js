/** The shapes of the messages of /ws/staff/ (docs/protocol.md, section Staff). */

/**
 * @typedef {object} Minute
 * @property {string} minute ISO 8601
 * @property {number} calls
 * @property {number} errors
 * @property {number | null} p50Ms
 * @property {number | null} p95Ms
 *
 * @typedef {{ name: string, count: number, percent: number }} Bar
 *
 * @typedef {object} Figures
 * @property {number} callsPerMinute
 * @property {number} errors
 * @property {string} errorLevel
 * @property {number} refusals
 * @property {Bar[]} tools
 * @property {Bar[]} rules
 * @property {Bar[]} limits
 *
 * @typedef {object} Overview
 * @property {{ at: string, series: Minute[] } & Record<string, unknown>} statistics
 * @property {Figures} figures
 *
 * @typedef {object} SessionRow
 * @property {number} id
 * @property {string} name of the scene; empty without one
 * @property {string} state
 * @property {string} owner
 * @property {string} client
 * @property {number} browsers
 * @property {number} calls
 * @property {string | null} lastCall
 * @property {string} age
 *
 * @typedef {{ state: string, search: string, page: number }} View
 * @typedef {View & { hasMore: boolean, sessions: SessionRow[] }} SessionsMessage
 *
 * @typedef {object} CallRow
 * @property {string} id
 * @property {string} tool
 * @property {string} status
 * @property {number | null} durationMs
 * @property {string} errorCode
 * @property {number | null} sceneSession
 * @property {string} client
 * @property {string} startedAt
 */

export {};

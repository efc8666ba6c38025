/** The shapes of the WebSocket messages (docs/protocol.md says what each one means). */

/**
 * @typedef {object} Cause who changed the scene and how, in words for a person
 * @property {string} [callId] of a client's call; missing where a person changed it at a page
 * @property {string} [editId] of a person's edit
 * @property {string} tool
 * @property {string} title
 * @property {string} summary
 * @property {unknown} [by]
 * @property {number | null} [position] of an undo or redo: steps of later revisions are undone now
 *
 * @typedef {{ revision: number, patch: unknown, cause: Cause | null }} SceneChange
 *
 * @typedef {{ sessionId: string } | { share: string }} WayIn which scene a page opens, and how
 *
 * @typedef {object} SessionRegistered
 * @property {string} [sessionId] missing where the page came by a share
 * @property {string} browserId
 * @property {string} personId of the page among those of the scene
 * @property {string} role `owner`, `editor` or `viewer`
 * @property {number} revision
 * @property {number} serverTime seconds since 1970
 * @property {unknown} [scene]
 * @property {RecentChange[]} [recent] with the scene
 * @property {SceneChange[]} [patches]
 * @property {Saying[]} [words]
 *
 * @typedef {object} Saying what a person has said to the AI clients
 * @property {number} number
 * @property {string} text one line
 * @property {string} by empty for somebody without a name
 * @property {string} at
 * @property {string[]} readBy the latest clients that have read it
 * @property {string[]} selected names of the first objects that were selected meanwhile
 *
 * @typedef {object} RecentChange
 * @property {number} revision
 * @property {number} at seconds since 1970
 * @property {Partial<Cause>} cause
 * @property {string[]} objects ids of those that it is about, which may be gone
 * @property {"done" | "undone" | "fixed"} state whether it can be undone, redone, or neither
 *
 * @typedef {object} PairingCode
 * @property {number} validForSeconds
 * @property {string} [code] missing where a page that waits has it already
 * @property {string} [ticket] with which a page that waits comes back
 *
 * @typedef {{ client: string }} JoinRequest
 *
 * @typedef {object} SceneEdit
 * @property {"sceneEdit"} type
 * @property {string} editId unique in the scene; sent again, the edit gets the same answer
 * @property {number} baseRevision
 * @property {string} name
 * @property {Record<string, unknown>} arguments
 *
 * @typedef {object} PreviewedObject where a drag has brought an object, in its own members
 * @property {[number, number, number]} [position]
 * @property {[number, number, number]} [rotation]
 * @property {[number, number, number]} [size] or, of an area light, two numbers
 *
 * @typedef {{ type: "scenePreview", objects: Record<string, PreviewedObject> }} ScenePreview by id
 * @typedef {{ source: string, objects: Record<string, PreviewedObject> }} OthersPreview
 * @typedef {{ editId: string, revision: number }} SceneEdited
 * @typedef {object} SceneEditRefused
 * @property {string} editId
 * @property {string} code
 * @property {string} message
 * @property {number} [retryAfterSeconds]
 *
 * @typedef {object} Share a link for others
 * @property {number} id
 * @property {string} role `editor` or `viewer`
 * @property {string} name
 * @property {string | null} madeAt
 * @property {string | null} expiresAt null: never
 * @property {string | null} usedAt null: not yet
 *
 * @typedef {object} ShareRequest
 * @property {"shareRequest"} type
 * @property {string} requestId
 * @property {"list" | "make" | "change" | "revoke"} action
 * @property {number} [id]
 * @property {"editor" | "viewer"} [role]
 * @property {string} [name]
 * @property {number | null} [expiresInSeconds] null: never
 *
 * @typedef {{ requestId: string, shares: Share[], made?: Share & { url: string } }} ShareAnswer
 * @typedef {{ requestId: string, code: string, message: string }} ShareRefused
 *
 * @typedef {{ name: string, title: string, status: string, summary: string, code?: string }} ToolCallMessage
 * @typedef {{ requestId: string, method: string, params?: unknown }} BrowserRequest
 * @typedef {object} Person of a page of the scene
 * @property {string} id
 * @property {number} number from 1
 * @property {string} name empty where they gave none
 *
 * @typedef {object} Presence
 * @property {number} browsers
 * @property {number} clients
 * @property {string[]} [names] of the clients
 * @property {Person[]} [people] at the browsers
 *
 * @typedef {{ type: "setName", name: string }} SetName
 * @typedef {{ type: "showSelection", objects: readonly string[] }} ShowSelection by id
 * @typedef {{ type: "askView", person: string | null, follows: boolean }} AskView
 * @typedef {{ position: [number, number, number], aim: [number, number, number] }} PersonsView in
 *   the world, in meters
 * @typedef {{ type: "showView" } & PersonsView} ShowView
 * @typedef {SetName | ShowSelection | AskView | ShowView} Shown what a page shows the others
 * @typedef {{ person: string, objects: string[] }} OthersSelection
 * @typedef {{ wanted: "once" | "follow" | "none" }} ViewWanted
 * @typedef {{ person: string } & PersonsView} OthersView
 * @typedef {{ late: boolean }} Delivery whether changes may arrive late
 * @typedef {{ revision: number, serverTime: number }} Heartbeat
 * @typedef {{ message: string, level: string }} StaffNotice
 * @typedef {{ code: string, message: string, retryAfterSeconds?: number }} ServerError
 * @typedef {{ code: string, message: string }} RequestError
 * @typedef {{ revision: number, width: number, height: number, withinMs: number, at?: number }} ScreenshotParams
 *
 * @typedef {object} ExportParams
 * @property {"glb" | "png"} format
 * @property {number} revision
 * @property {number} withinMs
 * @property {string} path to which the parts are sent
 * @property {number} partBytes
 * @property {number} maxBytes
 * @property {string[]} [objects] the ids of those to take; all
 * @property {ViewCamera} [camera] of a picture; the scene's own
 * @property {number} width of a picture
 * @property {number} height
 *
 * @typedef {object} Exported
 * @property {number} revision what it shows
 * @property {string} attempt what its parts were sent as
 * @property {number} bytes
 *
 * @typedef {object} ViewCamera in the world
 * @property {[number, number, number]} position meters
 * @property {[number, number, number]} aim
 * @property {number} fov degrees from top to bottom
 *
 * @typedef {object} AskedView
 * @property {string} title
 * @property {ViewCamera} [camera] the scene's own where it is missing
 *
 * @typedef {object} AskedViews
 * @property {number} columns of the views; each is as large as the others
 * @property {AskedView[]} views in reading order
 * @property {string[]} labels the ids of the objects whose names are written
 * @property {string[]} [shown] the ids of what is drawn beside the lights; all where it is missing
 *
 * @typedef {ScreenshotParams & AskedViews} ViewsParams
 *
 * @typedef {object} Screenshot
 * @property {number} revision what it shows
 * @property {number} width
 * @property {number} height
 * @property {number} [views] how many of those asked for it has
 * @property {"image/jpeg"} mimeType
 * @property {string} data base64
 */

/**
 * @template [Result=unknown]
 * @typedef {{ result: Result } | { error: RequestError }} RequestAnswer
 */

export {};

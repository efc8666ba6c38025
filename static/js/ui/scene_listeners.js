/** What the parts of a scene's page hear of what comes from the server. */

import { AiPresence } from "./ai_presence.js";
import { ConnectPanel } from "./connect_panel.js";
import { elementById } from "./elements.js";
import { Greeting } from "./greeting.js";
import { isByAi, isSlip } from "./notices.js";
import { suggestionsFor } from "./suggestions.js";
import { TroubleNote } from "./trouble_note.js";
import { GONE, ROLE_WORDS } from "./words.js";

/**
 * @import { SceneState } from "../document/state.js"
 * @import { Feed } from "../edit/feed/feed.js"
 * @import { Outbox } from "../edit/outbox.js"
 * @import { Listener } from "../net/scene_connection.js"
 * @import { ConnectionStatus } from "./connection_status.js"
 * @import { Looking } from "./looking.js"
 * @import { Notices } from "./notices.js"
 * @import { OthersSelections } from "./others_selections.js"
 * @import { People } from "./people.js"
 * @import { Rights } from "./rights.js"
 * @import { Sayings } from "./sayings.js"
 * @import { SceneMemory } from "./scene_memory.js"
 * @import { ScreenCode } from "./screen_code.js"
 * @import { UndoButtons } from "./undo_buttons.js"
 *
 * @typedef {Omit<Listener, "edited" | "editRefused" | "sharesAnswered" | "sharesRefused">} PageListener
 *   the answers to what the page asks have listeners of their own
 */

/**
 * @param {PageListener} heard
 * @param {Feed} feed
 * @param {Pick<Outbox, "hasSent">} outbox
 * @param {() => number} now
 * @returns {PageListener} the same, and what happens comes into the feed
 */
export function recorded(heard, feed, outbox, now) {
  const isOwn = (/** @type {string} */ editId) => outbox.hasSent(editId);
  return {
    ...heard,
    registered: (session) => {
      if (session.recent !== undefined) feed.began(session.recent, isOwn);
      heard.registered(session);
    },
    changed: (changes) => {
      feed.changed(changes, { at: now(), isOwn });
      heard.changed(changes);
    },
    toolCalled: (call) => {
      feed.toolCalled(call, { at: now(), isSlip: isSlip(call) });
      heard.toolCalled(call);
    },
  };
}

/**
 * @typedef {"othersSelected" | "viewWanted" | "othersViewed"} Others what comes of the others
 *
 * @param {{ people: People, looking: Looking, selections: OthersSelections }} parts
 * @param {Omit<PageListener, Others>} heard
 * @returns {PageListener} the same, and the page shows who is there and what they look at
 */
export function among({ people, looking, selections }, heard) {
  return {
    ...heard,
    connectionChanged: (connection) => {
      const isConnected = connection.name === "connected";
      people.connectionChanged(isConnected);
      if (!isConnected) for (const part of [looking, selections]) part.lost();
      heard.connectionChanged(connection);
    },
    registered: (session) => {
      people.registered(session.personId);
      for (const part of [looking, selections]) part.registered();
      heard.registered(session);
    },
    presenceChanged: (presence) => {
      people.update(presence);
      for (const part of [looking, selections]) part.update(presence.people ?? []);
      heard.presenceChanged(presence);
    },
    othersSelected: (message) => selections.heard(message),
    viewWanted: (message) => looking.wanted(message),
    othersViewed: (message) => looking.heard(message),
  };
}

/** @param {string} words what the page's person may do; empty where that goes without saying */
function showRole(words) {
  const label = elementById("role-text", HTMLElement);
  label.textContent = words;
  label.hidden = words === "";
}

/**
 * @typedef {object} Parts of the page, which are told of what comes
 * @property {SceneState} state
 * @property {Rights} rights
 * @property {Notices} notices
 * @property {UndoButtons} undo
 * @property {SceneMemory} memory
 * @property {Sayings} sayings
 * @property {ScreenCode | null} screenCode of a page that came by the scene's own link, and can
 *   connect an AI and other screens
 * @property {ConnectionStatus} status
 *
 * @param {Parts} parts
 * @returns {Omit<PageListener, "previewed" | Others>}
 */
export function listener({ state, rights, notices, undo, memory, sayings, screenCode, status }) {
  const isOwners = screenCode !== null;
  const trouble = new TroubleNote();
  const panel = isOwners ? new ConnectPanel() : null;
  const greeting = new Greeting();
  const ai = new AiPresence();
  let hasChanged = false;
  let hasHeardOfAi = false;

  /** @param {string} came the names of the clients that are here now and were not before */
  function welcome(came) {
    panel?.clientCame();
    // Where they are at work already there is nothing left to suggest.
    const begins = isOwners && !hasChanged && (hasHeardOfAi || state.revision === 0);
    if (begins && state.document) greeting.show(came, suggestionsFor(state.document));
    else if (hasHeardOfAi) notices.cameOrWent(`${came} is here`, "");
  }

  return {
    connectionChanged: (connection) => {
      status.show(connection);
      memory.connectionChanged(connection);
      screenCode?.failed();
      if (connection.name !== "refused") return;
      notices.clearPassing();
      greeting.hide();
    },
    troubleChanged: (found) => {
      trouble.show(found);
      if (found !== null) greeting.hide();
    },
    roleGiven: (role) => {
      rights.take(role);
      showRole(isOwners ? "" : (ROLE_WORDS[rights.role] ?? ""));
    },
    registered: ({ revision, recent }) => {
      panel?.sceneArrived(revision);
      if (recent !== undefined) undo.sceneCame(recent);
    },
    changed: (changes) => {
      undo.changed(changes);
      notices.changed(changes);
      if (!changes.some(isByAi)) return;
      hasChanged = true;
      panel?.sceneChanged();
      greeting.hide();
    },
    sceneFailed: (message) => notices.failed("The scene could not be shown", message),
    toolCalled: (call) => notices.toolCalled(call),
    presenceChanged: (presence) => {
      status.showPresence(presence);
      sayings.presenceChanged(presence.clients);
      const { came, went } = ai.update(presence);
      if (presence.clients === 0) greeting.hide();
      if (went !== "") notices.cameOrWent(`${went} has gone`, presence.clients === 0 ? GONE : "");
      if (came !== "") welcome(came);
      hasHeardOfAi = true;
    },
    wordsChanged: (words) => sayings.show(words),
    deliveryChanged: ({ late }) => status.showDelivery(late),
    noticed: (notice) => notices.noticed(notice),
    codeCame: (code) => screenCode?.came(code),
    refused: ({ message }) => {
      screenCode?.failed();
      status.showReason(message);
      notices.failed("The server says", message);
    },
  };
}

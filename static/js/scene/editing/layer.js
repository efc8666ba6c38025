/** What only the person of this page sees: no camera that takes pictures sees its layer. */

export const EDITING_LAYER = 2;

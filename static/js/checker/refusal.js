/** A file cannot be imported; the message is a sentence for people and models. */
export class RefusedError extends Error {}

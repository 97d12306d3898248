/** Something that keeps the checkout from being prepared, and that its user can mend. The message is one sentence. */
export class PrepareError extends Error {}

/**
 * Declares a suite, or, when there is a reason why it cannot run here, declares it as skipped with the reason in its
 * title.
 */
export function describeUnless(reason: string | undefined, title: string, body: () => void): void {
  if (reason === undefined) describe(title, body);
  else describe.skip(`${title} (skipped: ${reason})`, body);
}

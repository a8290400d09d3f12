/** Prints `N passed, N failed[, N skipped]` as the very last line of a run, for people and scripts that read only that. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not run has no tests to count, yet must never look like success.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`;
    // `npm run ci` names here the checks that failed before the tests, lest a green count hides them.
    const failedChecks = process.env.CI_FAILED_CHECKS;
    // On exit, because global tear-down and jest's own warnings still print after this hook.
    process.once('exit', () => {
      process.stdout.write(failedChecks ? `Failed before the tests: ${failedChecks}\n${line}` : line);
    });
  }
}

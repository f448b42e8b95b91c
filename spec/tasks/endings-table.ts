/** How each ending is reported: the table of docs/shutdown.md. */
export const ENDINGS: readonly (readonly string[])[] = [
  ['it throws', 'its error', 'yes', 'yes', '`ran`'],
  ['it runs for longer than its time limit', '`TaskTimeoutError`', 'yes', 'yes', '`ran`'],
  ['it waits for longer than its `queueTimeout`', "`TaskRejectedError`, `'timeout'`", 'yes', '–', '–'],
  ["it finds its queue full, with `'reject'`", "`TaskRejectedError`, `'full'`", 'yes', '–', '–'],
  ["it is dropped, by `'drop-oldest'` or `'drop-newest'`", "`TaskRejectedError`, `'full'`", '–', '–', '–'],
  ['it is dropped by `clear`', "`TaskRejectedError`, `'cleared'`", '–', '–', '–'],
  [
    'it is posted after a shutdown has begun, and does not block it',
    "`TaskRejectedError`, `'shutdown'`",
    'yes',
    '–',
    '–',
  ],
  ['it has not begun at a shutdown, and does not block it', "`TaskRejectedError`, `'shutdown'`", '–', '–', '`skipped`'],
  ['it is given up, by the `timeout` of a shutdown or by `stop()`', '`TaskCancelledError`', '–', '–', '`abandoned`'],
  ['it is cancelled before it begins', '`TaskCancelledError`', '–', '–', '–'],
  ['it is cancelled while it runs', '`TaskCancelledError`', '–', '–', '`ran`'],
  ['it is cancelled, does not stop, and is let go', '`TaskCancelledError`', 'yes', '–', '`ran`'],
];

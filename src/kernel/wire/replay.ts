/** @file Each signature counts once: whoever heard a signed message cannot have it run again. */

/** So many signatures are remembered at least, and twice as many at most: some 15 MB. */
const REMEMBERED = 65_536;

/**
 * A memory of signatures.
 *
 * @param remembered how many of the latest are known for sure, a count >= 1
 * @returns a function that tells whether it is asked about a signature for the first time
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol; jupyter_client's digest_history_size
 */
export function createReplayGuard(remembered: number = REMEMBERED): (signature: string) => boolean {
  let recent = new Set<string>();
  let older = new Set<string>();
  return (signature) => {
    if (recent.has(signature) || older.has(signature)) return false;
    recent.add(signature);
    if (recent.size >= remembered) [older, recent] = [recent, new Set()];
    return true;
  };
}

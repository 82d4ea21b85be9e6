/** @file Keeping the page small enough to send: its largest pictures make room, and say so. */

const PICTURE = /<img [^>]*?src="data:image\/[^"]*"[^>]*>/g;

/**
 * A page without its largest pictures, as far as it is too long.
 *
 * @param page HTML of a report
 * @param limit characters that it may have; pictures marked as saved go first
 * @returns the page itself when it is short enough
 */
export function withinSize(page: string, limit: number): string {
  const excess = page.length - limit;
  if (excess <= 0) return page;
  const pictures = Array.from(page.matchAll(PICTURE), ([picture]) => picture);
  const isSaved = (picture: string) => picture.includes('class="saved"');
  pictures.sort((a, b) => Number(isSaved(b)) - Number(isSaved(a)) || b.length - a.length);
  const dropped = new Set<string>();
  let spared = 0;
  for (const picture of pictures) {
    if (spared >= excess) break;
    dropped.add(picture);
    spared += picture.length - note(picture).length;
  }
  return page.replace(PICTURE, (picture) => (dropped.has(picture) ? note(picture) : picture));
}

function note(picture: string): string {
  const kilobytes = Math.round((picture.length * 3) / 4 / 1000);
  return `<span class="note">A picture of ${kilobytes} kB is left out of this page; the notebook's file holds it.</span>`;
}

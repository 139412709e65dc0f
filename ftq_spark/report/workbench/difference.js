// Two texts side by side, with what only one of them has marked.

import { make, visible } from "./nodes.js";

export function difference(before, after) {
  // Two texts word by word: what only one of them has is marked, unless that is nearly all. Longest common subsequence
  // of the first 400 words.
  const left = before.split(/(\s+)/).slice(0, 800),
    right = after.split(/(\s+)/).slice(0, 800);
  const n = left.length,
    m = right.length,
    best = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));
  for (let i = n - 1; i >= 0; i -= 1)
    for (let j = m - 1; j >= 0; j -= 1) {
      best[i][j] = left[i] === right[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    }
  const few = best[0][0] < 0.5 * Math.min(n, m);
  const sides = [make("div", "text"), make("div", "text")];
  sides.forEach((side) => {
    side.dir = "auto";
  });
  const put = (side, word, own) => {
    if (own && !few && word.trim()) {
      const mark = make("mark");
      visible(mark, word);
      side.append(mark);
    } else visible(side, word);
  };
  let i = 0,
    j = 0;
  while (i < n || j < m) {
    if (i < n && j < m && left[i] === right[j]) {
      put(sides[0], left[i], false);
      put(sides[1], right[j], false);
      i += 1;
      j += 1;
    } else if (j >= m || (i < n && best[i + 1][j] >= best[i][j + 1])) {
      put(sides[0], left[i], true);
      i += 1;
    } else {
      put(sides[1], right[j], true);
      j += 1;
    }
  }
  if (before.length > left.join("").length) sides[0].append("…");
  if (after.length > right.join("").length) sides[1].append("…");
  return sides;
}

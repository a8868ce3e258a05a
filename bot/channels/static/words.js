// The page's words stand in index.html, where whoever edits texts finds them.

const lines = document.getElementById("words").content.children;

export const WORDS = Object.fromEntries(Array.from(lines, (line) => [line.dataset.word, line.textContent]));

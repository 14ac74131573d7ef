// Plots as SVG, legible on light and dark pages.

const [WIDTH, BAR, GAP, LEFT] = [760, 16, 6, 210];
const OURS = "#0a7d5a";
const OTHER = "#7d8a97";

/** A bar for each value, in groups: `{ group: { label: value } }`. What is ours has a colour of its own. */
export function bars(title, groups, { unit, isOurs }) {
  const rows = Object.entries(groups).flatMap(([group, values]) => [
    { heading: group },
    ...Object.entries(values).map(([label, value]) => ({ label, value })),
  ]);
  const most = Math.max(...rows.map(({ value }) => value ?? 0));
  const lines = rows.map(({ heading, label, value }, index) => {
    const y = 34 + index * (BAR + GAP);
    if (heading !== undefined) return text(8, y + 13, heading, "bold");
    const width = Math.max(1, Math.round((value / most) * (WIDTH - LEFT - 110)));
    const bar = `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${isOurs(label) ? OURS : OTHER}"/>`;
    return text(20, y + 13, label) + bar + text(LEFT + width + 8, y + 13, `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`);
  });
  const height = 44 + rows.length * (BAR + GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="#7d8a97">
<title>${title}</title>
${text(8, 18, title, "bold")}
${lines.join("\n")}
</svg>
`;
}

const text = (x, y, words, weight = "normal") => `<text x="${x}" y="${y}" font-weight="${weight}">${words}</text>`;

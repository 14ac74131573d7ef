export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** The median of what one took of the time of the other, turn by turn. */
export const ratio = (ours, theirs) => median(ours.map((time, turn) => time / theirs[turn]));

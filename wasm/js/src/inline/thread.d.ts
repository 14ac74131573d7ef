/** The source of the program of a thread. `inline.mjs` writes it. */
declare const text: string;
export default text;

/** The source of the program of a thread that hashes in native code. `inline.mjs` writes it. */
declare const text: string;
export default text;

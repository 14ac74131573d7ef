/** The module, compressed by deflate, in base64. `inline.mjs` writes it. */
declare const text: string;
export default text;

/** Returns a response that carries a module which travels inside the JavaScript, in whatever runtime has streams. */
export function unpacked(base64: string): Response {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
}

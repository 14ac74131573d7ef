// jco decodes strings by a `TextDecoder` that skips a byte order mark, and so takes two passwords for one. Imported before what jco made,
// this keeps the mark.

globalThis.TextDecoder = class extends TextDecoder {
  constructor(label, options) {
    super(label, { ...options, ignoreBOM: true });
  }
};

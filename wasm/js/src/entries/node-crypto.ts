export { type NodeCryptoOptions, nodeCryptoPasswords } from "../core/node-crypto.js";

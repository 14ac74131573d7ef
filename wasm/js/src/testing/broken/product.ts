import type { Product } from "../../core/wire.js";
import { type BrokenStorage, betweenStatements, broken } from "./rows.js";

export const PRODUCT: BrokenStorage[] = [
  broken("STO-FIND", "keeps the first URL of a product", (rows) => ({
    async saveProduct(product, event) {
      const { products } = rows.read();
      const saved = await rows.sound().saveProduct(product, event);
      if (saved === "exists") rows.edit((contents) => (contents.products = products));
      return saved;
    },
  })),
  broken("STO-FIND", "cuts a new URL at 255 characters", (rows) => ({
    saveProduct: (product, event) =>
      rows.read().products.some(({ name }) => name === product.name)
        ? rows.sound().saveProduct({ ...product, launchUrl: product.launchUrl.slice(0, 255) }, event)
        : rows.sound().saveProduct(product, event),
  })),
  broken("STO-PRODUCT", "keeps URLs as a parser writes them", (rows) => ({
    saveProduct: (product, event) => rows.sound().saveProduct({ ...product, launchUrl: new URL(product.launchUrl).href }, event),
  })),
  broken("STO-PRODUCT", "takes an end of 0 for none", (rows) => ({
    rotateProduct: (rotation, event) =>
      rows.sound().rotateProduct({ ...rotation, previousSecretExpiresAt: rotation.previousSecretExpiresAt || null }, event),
  })),
  broken("STO-RECORD", "knows the products of the document only", (rows) => ({
    createCompany: (company, event) =>
      rows.sound().createCompany({ ...company, products: company.products.filter((name) => DOCUMENTED.has(name)) }, event),
  })),
  broken("STO-PRODUCT", "stores a new secret with the URL of a product that is there", (rows) => ({
    async saveProduct(product, event) {
      const saved = await rows.sound().saveProduct(product, event);
      rows.edit(({ products }) => patch(products, product.name, { secretDigest: product.secretDigest }));
      return saved;
    },
  })),
  broken("STO-PRODUCT", "deletes the previous secret with a new URL", (rows) => ({
    async saveProduct(product, event) {
      const saved = await rows.sound().saveProduct(product, event);
      rows.edit(({ products }) => patch(products, product.name, { previousSecretDigest: null }));
      return saved;
    },
  })),
  broken("STO-PRODUCT", "looks for a product and then adds it", (rows) => ({
    async saveProduct(product, event) {
      const isThere = (await rows.sound().findProduct(product.name)) != null;
      await betweenStatements;
      await rows.sound().saveProduct(product, event);
      return isThere ? "exists" : "done";
    },
  })),
  broken("STO-PRODUCT", "forgets the secret that a product had", (rows) => ({
    async rotateProduct(rotation, event) {
      const isDone = await rows.sound().rotateProduct(rotation, event);
      rows.edit(({ products }) => patch(products, rotation.name, { previousSecretDigest: null }));
      return isDone;
    },
  })),
  broken("STO-PRODUCT", "keeps the secret that a product had without an end", (rows) => ({
    async rotateProduct(rotation, event) {
      const had = await rows.sound().findProduct(rotation.name);
      const isDone = await rows.sound().rotateProduct(rotation, event);
      rows.edit(({ products }) => patch(products, rotation.name, { previousSecretDigest: had?.secretDigest ?? null }));
      return isDone;
    },
  })),
  broken("STO-PRODUCT", "keeps the secret before the previous one", (rows) => ({
    async rotateProduct(rotation, event) {
      const had = await rows.sound().findProduct(rotation.name);
      const isDone = await rows.sound().rotateProduct(rotation, event);
      if (had?.previousSecretDigest == null || rotation.previousSecretExpiresAt === null) return isDone;
      const { previousSecretDigest } = had;
      rows.edit(({ products }) => patch(products, rotation.name, { previousSecretDigest }));
      return isDone;
    },
  })),
  broken("STO-PRODUCT", "rotates every product", (rows) => ({
    async rotateProduct(rotation, event) {
      const isDone = await rows.sound().rotateProduct(rotation, event);
      const { secretDigest } = rotation;
      rows.edit(({ products }) => products.forEach((product) => void Object.assign(product, { secretDigest })));
      return isDone;
    },
  })),
  broken("STO-PRODUCT", "reads the secret that a product has and then makes it the previous one", (rows) => ({
    async rotateProduct(rotation, event) {
      const had = await rows.sound().findProduct(rotation.name);
      await betweenStatements;
      const isDone = await rows.sound().rotateProduct(rotation, event);
      if (had == null || rotation.previousSecretExpiresAt === null) return isDone;
      rows.edit(({ products }) => patch(products, rotation.name, { previousSecretDigest: had.secretDigest }));
      return isDone;
    },
  })),
  broken("STO-PRODUCT", "says that it rotated a product that is not there", (rows) => ({
    async rotateProduct(rotation, event) {
      await rows.sound().rotateProduct(rotation, event);
      return true;
    },
  })),
  broken("STO-AUDIT", "stores the event of a product that is not rotated", (rows) => ({
    async rotateProduct(rotation, event) {
      const isDone = await rows.sound().rotateProduct(rotation, event);
      if (!isDone) await rows.sound().audit(event);
      return isDone;
    },
  })),
  broken("STO-PRODUCT", "lists products as they were added", (rows) => ({
    async listProducts() {
      return rows.read().products;
    },
  })),
  broken("STO-PRODUCT", "lists products in the order of a language", (rows) => ({
    async listProducts() {
      return rows.read().products.toSorted((a, b) => a.name.localeCompare(b.name, "en", { ignorePunctuation: true }));
    },
  })),
  broken("STO-PRODUCT", "lists the six products of the document at most", (rows) => ({
    listProducts: async () => (await rows.sound().listProducts()).slice(0, 6),
  })),
];

const DOCUMENTED = new Set(["accounts", "livechat", "email", "meeting", "groupchat", "remote"]);

function patch(products: Product[], name: string, members: Partial<Product>): void {
  Object.assign(products.find((product) => product.name === name) ?? {}, members);
}

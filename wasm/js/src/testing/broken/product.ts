import type { Product } from "../../core/wire.js";
import { type BrokenStorage, betweenStatements, broken } from "./rows.js";

export const PRODUCT: BrokenStorage[] = [
  broken("STO-FIND", "keeps the first product of a name", (rows) => ({
    async saveProduct(product, event) {
      const { products } = rows.read();
      await rows.sound().saveProduct(product, event);
      const isThere = products.some(({ name }) => name === product.name);
      if (isThere) rows.edit((contents) => (contents.products = products));
    },
  })),
  broken("STO-RECORD", "knows the products of the document only", (rows) => ({
    createCompany: (company, event) =>
      rows.sound().createCompany({ ...company, products: company.products.filter((name) => DOCUMENTED.has(name)) }, event),
  })),
  broken("STO-PRODUCT", "forgets the secret that a product had", (rows) => ({
    async saveProduct(product, event) {
      await rows.sound().saveProduct(product, event);
      rows.edit(({ products }) => patch(products, product.name, { previousSecretDigest: null }));
    },
  })),
  broken("STO-PRODUCT", "keeps the secret that a product had without an end", (rows) => ({
    async saveProduct(product, event) {
      const had = await rows.sound().findProduct(product.name);
      await rows.sound().saveProduct(product, event);
      rows.edit(({ products }) => patch(products, product.name, { previousSecretDigest: had?.secretDigest ?? null }));
    },
  })),
  broken("STO-PRODUCT", "keeps the secret before the previous one", (rows) => ({
    async saveProduct(product, event) {
      const had = await rows.sound().findProduct(product.name);
      await rows.sound().saveProduct(product, event);
      if (had?.previousSecretDigest == null || product.previousSecretExpiresAt === null) return;
      const { previousSecretDigest } = had;
      rows.edit(({ products }) => patch(products, product.name, { previousSecretDigest }));
    },
  })),
  broken("STO-PRODUCT", "takes a new product's secret for its previous one as well", (rows) => ({
    async saveProduct(product, event) {
      const isNew = (await rows.sound().findProduct(product.name)) == null;
      if (isNew && product.previousSecretExpiresAt !== null) await rows.sound().saveProduct(product, event);
      await rows.sound().saveProduct(product, event);
    },
  })),
  broken("STO-PRODUCT", "reads the secret that a product has and then makes it the previous one", (rows) => ({
    async saveProduct(product, event) {
      const had = await rows.sound().findProduct(product.name);
      await betweenStatements;
      await rows.sound().saveProduct(product, event);
      if (had == null || product.previousSecretExpiresAt === null) return;
      rows.edit(({ products }) => patch(products, product.name, { previousSecretDigest: had.secretDigest }));
    },
  })),
];

const DOCUMENTED = new Set(["accounts", "livechat", "email", "meeting", "groupchat", "remote"]);

function patch(products: Product[], name: string, members: Partial<Product>): void {
  Object.assign(products.find((product) => product.name === name) ?? {}, members);
}

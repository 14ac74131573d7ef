import { createCompany, saveCode, saveProduct, saveToken } from "./change.js";
import { type Check, expect, expectAbsent, expectSoon, present, RACERS, race, soon } from "./check.js";
import { chat, digestOf, given, LAST, later, other } from "./record.js";

/** Products and their secrets. */
export const PRODUCTS: Check[] = [
  {
    requirement: "STO-FIND",
    name: "a product is found by its name, and replaced when it is saved again",
    async body(storage) {
      const email = { ...chat, name: "email", launchUrl: `https://mail.example/?${"x".repeat(2026)}` } as const;
      expectAbsent("before", await storage.findProduct("livechat"));
      await saveProduct(storage, chat);
      await saveProduct(storage, email);
      await expectSoon("saved", () => storage.findProduct("livechat"), chat);
      const moved = { ...chat, launchUrl: "https://new.example/", secretDigest: digestOf("7") };
      await saveProduct(storage, moved);
      await expectSoon("saved again", () => storage.findProduct("livechat"), moved);
      await expectSoon("the other", () => storage.findProduct("email"), email);
    },
  },
  {
    requirement: "STO-RECORD",
    name: "a product may have any name of the format, wherever it is named",
    async body(storage, companyId) {
      const { token, code } = await given(storage, companyId);
      for (const [letter, name] of [
        ["1", "9"],
        ["2", `${"x-".repeat(15)}42`],
      ] as const) {
        const digest = digestOf(letter);
        const company = { ...other, domain: `${name}.example`, email: `it@${name}.example`, products: [name] };
        expect("a company's", present("a company", await createCompany(storage, company)).products, [name]);
        await expectSoon("a company's, found", () => storage.findCompany(company.domain), { products: [name] });
        await saveProduct(storage, { ...chat, name });
        await expectSoon("a product's", () => storage.findProduct(name), { name });
        await saveToken(storage, { ...token, digest, product: name });
        expect("a token's", (await storage.findToken(digest))?.token.product, name);
        await saveCode(storage, { ...code, digest, product: name });
        expect("a code's", (await storage.takeCode(digest))?.code.product, name);
      }
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "a product that is created has no previous secret",
    async body(storage) {
      await saveProduct(storage, { ...chat, previousSecretExpiresAt: LAST });
      const expected = { secretDigest: chat.secretDigest, previousSecretDigest: null };
      await expectSoon("the product", () => storage.findProduct(chat.name), expected);
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "the secret that a product had becomes the previous one with its end, or is gone without an end",
    async body(storage) {
      await saveProduct(storage, chat);
      for (const [had, has, end] of [
        ["9", "8", LAST],
        ["8", "7", later(60)],
        ["7", "7", later(120)],
      ] as const) {
        const saved = { ...chat, secretDigest: digestOf(has), previousSecretExpiresAt: end };
        await saveProduct(storage, saved);
        const expected = { ...saved, previousSecretDigest: digestOf(had) };
        await expectSoon(`with the end ${end}`, () => storage.findProduct(chat.name), expected);
      }
      await saveProduct(storage, { ...chat, secretDigest: digestOf("6") });
      const gone = { secretDigest: digestOf("6"), previousSecretDigest: null };
      await expectSoon("without an end", () => storage.findProduct(chat.name), gone);
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "of 64 new secrets at once, the previous one is one of them",
    async body(storage) {
      await saveProduct(storage, chat);
      const digest = (index: number) => `${index}`.padStart(64, "0");
      await race((index) => saveProduct(storage, { ...chat, secretDigest: digest(index), previousSecretExpiresAt: LAST }));
      const product = await soon(
        () => storage.findProduct(chat.name),
        (came) => came?.previousSecretDigest != null && came.previousSecretDigest !== chat.secretDigest,
      );
      const { secretDigest, previousSecretDigest } = present("the product", product);
      const rest = Array.from({ length: RACERS }, (_, index) => digest(index)).filter((one) => one !== secretDigest);
      expect("whether the present one is of them", rest.length, RACERS - 1);
      expect("whether the previous one is a different one of them", rest.includes(previousSecretDigest ?? ""), true);
    },
  },
];

import { createCompany, rotateProduct, saveCode, saveProduct, saveToken } from "./change.js";
import { type Check, expect, expectAbsent, expectSoon, present, RACERS, race, soon } from "./check.js";
import { chat, digestOf, given, LAST, later, other } from "./record.js";

/** Products and their secrets. */
export const PRODUCTS: Check[] = [
  {
    requirement: "STO-FIND",
    name: "a product is found by its name, and its URL is stored when it is saved again",
    async body(storage) {
      const email = { ...chat, name: "email", launchUrl: `https://mail.example/?${"x".repeat(2026)}` } as const;
      expectAbsent("before", await storage.findProduct("livechat"));
      await saveProduct(storage, chat);
      await saveProduct(storage, email);
      await expectSoon("saved", () => storage.findProduct("livechat"), chat);
      const launchUrl = `https://new.example/${"y".repeat(2028)}`;
      expect("saved again", await saveProduct(storage, { ...chat, launchUrl }), "exists");
      await expectSoon("saved again", () => storage.findProduct("livechat"), { ...chat, launchUrl });
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
    name: "a product that is created has no previous secret, and one that is there keeps its secrets",
    async body(storage) {
      const expected = { ...chat, previousSecretDigest: null, previousSecretExpiresAt: null };
      expect("a new one", await saveProduct(storage, chat), "done");
      await expectSoon("a new one", () => storage.findProduct(chat.name), expected);
      await rotateProduct(storage, chat.name, "8", LAST);
      const moved = { ...chat, launchUrl: "https://new.example/", secretDigest: digestOf("7") };
      expect("saved again", await saveProduct(storage, moved), "exists");
      const kept = { secretDigest: digestOf("8"), previousSecretDigest: digestOf("9"), previousSecretExpiresAt: LAST };
      await expectSoon("saved again", () => storage.findProduct(chat.name), { ...moved, ...kept });
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "of 64 who add a product at once, one adds it with its secret",
    async body(storage) {
      const outcomes = await race((index) => saveProduct(storage, { ...chat, secretDigest: digestOf(`${index}`) }));
      const added = outcomes.flatMap((outcome, index) => (outcome === "done" ? [digestOf(`${index}`)] : []));
      expect("how many added it", added.length, 1);
      await expectSoon("the secret", () => storage.findProduct(chat.name), { secretDigest: added[0] });
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "the secret that a product had becomes the previous one with its end, or is gone without an end",
    async body(storage) {
      await saveProduct(storage, chat);
      await saveProduct(storage, { ...chat, name: "email" });
      for (const [had, has, end] of [
        ["9", "8", LAST],
        ["8", "7", 0],
        ["7", "7", later(120)],
      ] as const) {
        expect("rotated", await rotateProduct(storage, chat.name, has, end), true);
        const previous = { previousSecretDigest: digestOf(had), previousSecretExpiresAt: end };
        const expected = { ...chat, secretDigest: digestOf(has), ...previous };
        await expectSoon(`with the end ${end}`, () => storage.findProduct(chat.name), expected);
      }
      await rotateProduct(storage, chat.name, "6");
      const gone = { secretDigest: digestOf("6"), previousSecretDigest: null, previousSecretExpiresAt: null };
      await expectSoon("without an end", () => storage.findProduct(chat.name), gone);
      await expectSoon("the other", () => storage.findProduct("email"), { secretDigest: chat.secretDigest });
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "a product that is not there is not rotated",
    async body(storage) {
      expect("rotated", await rotateProduct(storage, chat.name, "8", LAST), false);
      expectAbsent("the product", await storage.findProduct(chat.name));
    },
  },
  {
    requirement: "STO-PRODUCT",
    name: "of 64 new secrets at once, the previous one is one of them",
    async body(storage) {
      await saveProduct(storage, chat);
      const digest = (index: number) => digestOf(`${index + 100}`);
      await race((index) => rotateProduct(storage, chat.name, `${index + 100}`, LAST));
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
  {
    requirement: "STO-PRODUCT",
    name: "products are listed by name, byte by byte, each once and whole",
    async body(storage) {
      expect("none", await storage.listProducts(), []);
      const names = ["chat", "chat2", "chat-2", "chat1", "1", "-x", "x-", "x"];
      for (const name of names) await saveProduct(storage, { ...chat, name });
      await saveProduct(storage, { ...chat, name: "chat" });
      await rotateProduct(storage, "x", "8", LAST);
      const previous = { previousSecretDigest: digestOf("9"), previousSecretExpiresAt: LAST };
      const whole = (name: string) =>
        name === "x"
          ? { ...chat, name, secretDigest: digestOf("8"), ...previous }
          : { ...chat, name, previousSecretDigest: null, previousSecretExpiresAt: null };
      expect("the products", await storage.listProducts(), ["-x", "1", "chat", "chat-2", "chat1", "chat2", "x", "x-"].map(whole));
    },
  },
];

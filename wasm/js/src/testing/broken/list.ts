import { type BrokenStorage, broken } from "./rows.js";

export const LIST: BrokenStorage[] = [
  broken("STO-LIST", "lists companies by name", (rows) => ({
    async listCompanies(after, limit) {
      const companies = await rows.sound().listCompanies(after, limit);
      return companies.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  })),
  broken("STO-LIST", "begins a page with the company before it", (rows) => ({
    listCompanies: (after, limit) => rows.sound().listCompanies(after - 1, limit),
  })),
  broken("STO-LIST", "lists more companies than were asked for", (rows) => ({
    listCompanies: (after) => rows.sound().listCompanies(after, Infinity),
  })),
  broken("STO-LIST", "lists the latest key first", (rows) => ({
    listKeys: async (companyId, after, limit) => (await rows.sound().listKeys(companyId, after, limit)).reverse(),
  })),
  broken("STO-LIST", "lists the keys of every company", (rows) => ({
    async listKeys(_, after, limit) {
      const lists = rows.read().companies.map(({ id }) => rows.sound().listKeys(id, after, limit));
      return (await Promise.all(lists))
        .flat()
        .toSorted((a, b) => a.id - b.id)
        .slice(0, limit);
    },
  })),
  broken("STO-LIST", "skips the key after a page", (rows) => ({
    listKeys: (companyId, after, limit) => rows.sound().listKeys(companyId, after && after + 1, limit),
  })),
  broken("STO-LIST", "takes the last id for the number of keys to skip", (rows) => ({
    async listKeys(companyId, after, limit) {
      const keys = await rows.sound().listKeys(companyId, 0, Infinity);
      return keys.slice(after, after + limit);
    },
  })),
  broken("STO-LIST", "lists more keys than were asked for", (rows) => ({
    listKeys: (companyId, after) => rows.sound().listKeys(companyId, after, Infinity),
  })),
  broken("STO-LIST", "lists the users of every company", (rows) => ({
    async listUsers(_, after, limit) {
      return rows
        .read()
        .users.filter(({ id }) => id > after)
        .slice(0, limit);
    },
  })),
  broken("STO-LIST", "lists users by e-mail", (rows) => ({
    async listUsers(companyId, after, limit) {
      const users = await rows.sound().listUsers(companyId, after, limit);
      return users.sort((a, b) => (a.email < b.email ? -1 : 1));
    },
  })),
  broken("STO-LIST", "begins a page with the user before it", (rows) => ({
    listUsers: (companyId, after, limit) => rows.sound().listUsers(companyId, after - 1, limit),
  })),
  broken("STO-LIST", "takes the last id for the number of users to skip", (rows) => ({
    async listUsers(companyId, after, limit) {
      const users = await rows.sound().listUsers(companyId, 0, Infinity);
      return users.slice(after, after + limit);
    },
  })),
  broken("STO-LIST", "lists more users than were asked for", (rows) => ({
    listUsers: (companyId, after) => rows.sound().listUsers(companyId, after, Infinity),
  })),
];

import type { Reply } from "../entries/browser.js";
import type { Run } from "./trace.js";

/** The end of a decision, which the page shows by colour as well. */
export type Tone = "created" | "authenticated" | "replaced" | "done" | "refused" | "failed";

/** A decision in words. */
export interface Verdict {
  tone: Tone;
  headline: string;
  sentence: string;
  /** The thing to try after it. */
  next?: string;
}

const RULES: Record<"created" | "authenticated" | "replaced", Omit<Verdict, "tone">> = {
  created: {
    headline: "Created",
    sentence: "The user was unknown: it is created under the key's company, with this password.",
    next: "Send it once more: the same password authenticates.",
  },
  authenticated: {
    headline: "Authenticated",
    sentence: "The user is known, and the password matches the stored one.",
    next: "Change the password and send it: the partner's is the latest, so it replaces the stored one.",
  },
  replaced: {
    headline: "Replaced",
    sentence: "The user is known, and the password is a different one: the partner's is the latest, so it is stored.",
    next: "Older tokens have ended: try Session with one, or Direct sign-in with the old password.",
  },
};

const OTHERS: Record<string, Omit<Verdict, "tone">> = {
  "/api/sso/exchange": { headline: "Exchanged", sentence: "The code is spent, and the product holds a token for it." },
  "/api/authenticate": { headline: "Signed in", sentence: "The user's own password matches. Nothing was changed." },
  "/api/session": { headline: "Valid", sentence: "The token is valid, and this is who holds it." },
  "/api/signout": { headline: "Signed out", sentence: "The token has ended, if there was one." },
};

const COMMAND = { headline: "Carried out", sentence: "The operator's command is done." };

/** Returns the verdict on a run. An operator's command has no path. */
export function verdictOn(path: string | undefined, run: Run): Verdict {
  const { error, status_code: status } = bodyOf(run);
  if (error !== undefined) {
    const isRefusal = status < 500;
    return {
      tone: isRefusal ? "refused" : "failed",
      headline: `${isRefusal ? "Refused" : "Failed"}: ${error.name}`,
      sentence: `${error.details} (code ${error.code}).`,
    };
  }
  if (path !== "/api/sso/authenticate" && path !== "/api/sso/login") {
    return { tone: "done", ...(OTHERS[path ?? ""] ?? COMMAND) };
  }
  const replies = new Set<Reply["reply"]>(run.steps.map(({ reply }) => reply.reply));
  const rule = replies.has("created") ? "created" : replies.has("replaced") ? "replaced" : "authenticated";
  const verdict: Verdict = { tone: rule, ...RULES[rule] };
  if (path === "/api/sso/authenticate") return verdict;
  return { ...verdict, headline: `${verdict.headline} and launched`, next: "The code in Location is good once: try Exchange." };
}

interface Body {
  status_code: number;
  error?: { code: number; name: string; details: string };
  return?: { token?: string };
}

/** The JSON of an answer. */
export function bodyOf({ response }: Run): Body {
  return JSON.parse(response.body) as Body;
}

// The kit's report as JSON, as far as the page shows it.

export type OutcomeName = "passed" | "failed" | "known" | "could_not_run" | "not_applicable";

export interface Mismatch {
  expected: string;
  actual: string;
  request?: unknown;
  answer?: unknown;
}

export interface Finding {
  id: string;
  profile: string;
  level: string;
  title: string;
  requirements: { id: string; sentence: string; why: string }[];
  outcome: OutcomeName;
  mismatch_count?: number;
  mismatches?: Mismatch[];
  reason?: string;
}

export interface Report {
  target: string;
  verdict: "conformant" | "not_conformant" | "baseline_outdated" | "incomplete";
  counts: Record<OutcomeName, number>;
  recording: { judged: number; ignored: number; unread?: string[] };
  checks: Finding[];
}

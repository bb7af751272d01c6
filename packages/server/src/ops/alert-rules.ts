// The thresholds that turn a figure into an alert: one table, nowhere else.
export type AlertRule = { rule: string; level: 'degraded' | 'warning' | 'critical'; threshold: number; says: string }

export const alertRules = {
  failure_rate: {
    rule: 'failure_rate',
    level: 'warning',
    threshold: 0.05,
    says: 'More than one change in twenty could not go in. Look at what needs you.',
  },
  manual_conflicts: {
    rule: 'manual_conflicts',
    level: 'warning',
    threshold: 10,
    says: 'More than ten things wait for a person to decide.',
  },
  open_conflicts: {
    rule: 'open_conflicts',
    level: 'degraded',
    threshold: 0,
    says: 'Something waits for a person to decide.',
  },
  failed_changes: {
    rule: 'failed_changes',
    level: 'warning',
    threshold: 0,
    says: 'A change could not go in. Fix it, try it again, or put it aside.',
  },
  slow_sync: {
    rule: 'slow_sync',
    level: 'warning',
    threshold: 800,
    says: 'Sharing takes longer than it should. Somebody on call should look.',
  },
  reads_put_off: {
    rule: 'reads_put_off',
    level: 'degraded',
    threshold: 0,
    says: 'More is asked for just now than can be answered. What people write goes first; news comes a little later.',
  },
  unknown_figure: {
    rule: 'unknown_figure',
    level: 'warning',
    threshold: 0,
    says: 'Something could not be read, so nobody can say that all is well.',
  },
} as const satisfies Record<string, AlertRule>

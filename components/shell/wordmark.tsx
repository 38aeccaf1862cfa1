/** The name with its sign: a hull on the ways, let down step by step. */
export const Wordmark = ({ size = 22 }: { size?: number }) => (
  <span style={{ display: 'inline-flex', alignItems: 'center', gap: '0.5rem' }}>
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">
      <path d="M2.5 20.5h19" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      <path d="M3.5 16.4 20 7.9" stroke="var(--canary)" strokeWidth="2" strokeLinecap="round" />
      <path d="M6.8 12.6V6.4l6.8-3.5v6.2z" fill="currentColor" />
    </svg>
    <span style={{ fontWeight: 640, fontSize: '1.0625rem', letterSpacing: '-0.025em' }}>Slipway</span>
  </span>
);

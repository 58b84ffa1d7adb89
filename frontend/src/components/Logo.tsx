export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path fill="#0c8577" d="M2.6 4.4 14.2 2.2l.9 12.2-12 .8z" />
      <path fill="#e0a03a" d="m17.6 2.4 11.9 1.8-.7 11.2-10.9-1z" />
      <path fill="#3a78ab" d="m3 17.9 11.8-.7-.9 12.5L2.2 28z" />
      <path fill="#0c8577" d="m17.5 17.1 12 .9-1.3 10.6-11 1.3z" opacity=".6" />
    </svg>
  );
}

import { useId } from 'react'

/** The product's mark: a path that goes through a world. */
export const Mark = ({ size = 22 }: { readonly size?: number }) => {
  const id = useId()
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#ffb84d" />
          <stop offset="0.55" stopColor="#ff6b6b" />
          <stop offset="1" stopColor="#6d5dfc" />
        </linearGradient>
      </defs>
      <rect x="1" y="1" width="22" height="22" rx="6.5" fill={`url(#${id})`} />
      <path
        d="M5.5 16.5c3-7.5 6.2 1 13-9"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <circle cx="5.5" cy="16.5" r="1.9" fill="#fff" />
      <circle cx="18.5" cy="7.5" r="1.9" fill="#fff" />
    </svg>
  )
}

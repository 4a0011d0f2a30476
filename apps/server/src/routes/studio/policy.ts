import { createHash } from 'node:crypto'
import type { pagePolicy } from '../../access/headers.ts'

type PagePolicy = typeof pagePolicy

/** Style sheets that the page's components write into it themselves; everything else inline stays forbidden. */
const componentStyles = [
  // React Aria: fingers scroll past what can be pressed
  `@layer {
  [data-react-aria-pressable] {
    touch-action: pan-x pan-y pinch-zoom;
  }
}`,
  // React Aria: behind a dialog nothing scrolls
  `@layer {
  * {
    overscroll-behavior: contain;
  }
}`,
]

const withDirectives = (
  policy: PagePolicy,
  directives: Partial<Record<keyof PagePolicy['contentSecurityPolicy']['directives'], string[]>>,
): PagePolicy => ({
  ...policy,
  contentSecurityPolicy: {
    ...policy.contentSecurityPolicy,
    directives: { ...policy.contentSecurityPolicy.directives, ...directives },
  },
})

export const withComponentStyles = (policy: PagePolicy): PagePolicy =>
  withDirectives(policy, {
    styleSrc: [
      ...policy.contentSecurityPolicy.directives.styleSrc,
      ...componentStyles.map(
        (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
      ),
    ],
  })

/** Files may come from anywhere, without what one is known by there. */
const anyHttps = (policy: PagePolicy) => [
  ...policy.contentSecurityPolicy.directives.connectSrc,
  'https:',
]

/** The same, and the page may stand within any other. */
export const withOtherSites = (policy: PagePolicy) => ({
  ...withDirectives(policy, { connectSrc: anyHttps(policy), frameAncestors: ['*'] }),
  frameguard: false as const,
})

/** For the page's threads, which go by their own policy: they compute, and read a model from where the person says. */
export const threadPolicy = (policy: PagePolicy): PagePolicy =>
  withDirectives(policy, { connectSrc: anyHttps(policy) })

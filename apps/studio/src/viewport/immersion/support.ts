/** Whether a headset is there that a world can be entered with. */
export const canEnter = (xr: XRSystem | undefined = navigator.xr): Promise<boolean> =>
  xr?.isSessionSupported('immersive-vr').catch(() => false) ?? Promise.resolve(false)

/** Hears whether a headset is there, now and whenever one is plugged in or out. @returns stops that */
export function watchHeadset(
  hear: (isThere: boolean) => void,
  xr: XRSystem | undefined = navigator.xr,
): () => void {
  let isStopped = false
  const ask = () =>
    void canEnter(xr).then((isThere) => {
      if (!isStopped) hear(isThere)
    })
  ask()
  xr?.addEventListener('devicechange', ask)
  return () => {
    isStopped = true
    xr?.removeEventListener('devicechange', ask)
  }
}

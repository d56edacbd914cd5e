/** Says what is wrong with a camera's picture. */
import { useI18n } from 'vue-i18n'

export function usePicture(): { sayPicture: (quality: string) => string } {
  const { t, te } = useI18n({ useScope: 'global' })
  /** A word that this page does not know yet means that the picture is not usable. */
  const sayPicture = (quality: string): string => {
    const key = `dashboard.quality.${quality}`
    return te(key) ? t(key) : t('dashboard.quality.unknown')
  }
  return { sayPicture }
}

/** Attributes of HTML that Vue's types leave out. */
import 'vue'

declare module 'vue' {
  interface HTMLAttributes {
    'aria-description'?: string | undefined
    'data-theme'?: string | undefined
    'data-elder'?: boolean | undefined
  }
}

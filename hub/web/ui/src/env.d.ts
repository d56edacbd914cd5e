/** Types of what the build provides, and of attributes that Vue's own types leave out. */
declare module 'virtual:tokens.css'
declare module 'virtual:tokens' {
  const tokens: import('../build/tokens.ts').Tokens
  export default tokens
}

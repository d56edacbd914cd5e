/** Starts the page that shows the design: tokens and components, both themes, elder mode. */
import 'virtual:tokens.css'
import '../../styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '../../i18n'
import enDesign from '../../locales/en/design.json'
import enShared from '../../locales/en/shared.json'
import enStaff from '../../locales/en/staff.json'
import zhDesign from '../../locales/zh/design.json'
import zhShared from '../../locales/zh/shared.json'
import zhStaff from '../../locales/zh/staff.json'
import Page from './Page.vue'

const words = gather(
  { zh: zhShared, en: enShared },
  { zh: zhStaff, en: enStaff },
  { zh: zhDesign, en: enDesign },
)
createApp(Page).use(speak(words)).mount('#page')

/** Starts the guide's tablet. */
import 'virtual:tokens.css'
import '../../styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '../../i18n'
import enPage from '../../locales/en/guide.json'
import enShared from '../../locales/en/shared.json'
import enStaff from '../../locales/en/staff.json'
import zhPage from '../../locales/zh/guide.json'
import zhShared from '../../locales/zh/shared.json'
import zhStaff from '../../locales/zh/staff.json'
import Page from './Page.vue'

const words = gather(
  { zh: zhShared, en: enShared },
  { zh: zhStaff, en: enStaff },
  { zh: zhPage, en: enPage },
)
createApp(Page).use(speak(words)).mount('#page')

/** Starts the dashboard. */
import 'virtual:tokens.css'
import '../../styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '../../i18n'
import enAlerts from '../../locales/en/alerts.json'
import enPage from '../../locales/en/dashboard.json'
import enShared from '../../locales/en/shared.json'
import enStaff from '../../locales/en/staff.json'
import zhAlerts from '../../locales/zh/alerts.json'
import zhPage from '../../locales/zh/dashboard.json'
import zhShared from '../../locales/zh/shared.json'
import zhStaff from '../../locales/zh/staff.json'
import Page from './Page.vue'

const words = gather(
  { zh: zhShared, en: enShared },
  { zh: zhStaff, en: enStaff },
  { zh: zhPage, en: enPage },
  { zh: zhAlerts, en: enAlerts },
)
createApp(Page).use(speak(words)).mount('#page')

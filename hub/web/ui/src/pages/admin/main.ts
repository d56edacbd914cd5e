/** Starts the administration of the hall. */
import 'virtual:tokens.css'
import '../../styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '../../i18n'
import enBookings from '../../locales/en/bookings.json'
import enPage from '../../locales/en/admin.json'
import enShared from '../../locales/en/shared.json'
import enStaff from '../../locales/en/staff.json'
import zhBookings from '../../locales/zh/bookings.json'
import zhPage from '../../locales/zh/admin.json'
import zhShared from '../../locales/zh/shared.json'
import zhStaff from '../../locales/zh/staff.json'
import Page from './Page.vue'

const words = gather(
  { zh: zhShared, en: enShared },
  { zh: zhStaff, en: enStaff },
  { zh: zhPage, en: enPage },
  { zh: zhBookings, en: enBookings },
)
createApp(Page).use(speak(words)).mount('#page')

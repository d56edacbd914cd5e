/** Starts the calling display. */
import 'virtual:tokens.css'
import '../../styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '../../i18n'
import enPage from '../../locales/en/display.json'
import enShared from '../../locales/en/shared.json'
import zhPage from '../../locales/zh/display.json'
import zhShared from '../../locales/zh/shared.json'
import Page from './Page.vue'

const words = gather({ zh: zhShared, en: enShared }, { zh: zhPage, en: enPage })
createApp(Page).use(speak(words)).mount('#page')

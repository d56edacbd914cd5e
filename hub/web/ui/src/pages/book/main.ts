/** Starts the page on which the public books visits, and sees to one that is booked. */
import 'virtual:tokens.css'
import '../../styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '../../i18n'
import enPage from '../../locales/en/book.json'
import enShared from '../../locales/en/shared.json'
import zhPage from '../../locales/zh/book.json'
import zhShared from '../../locales/zh/shared.json'
import Page from './Page.vue'

const words = gather({ zh: zhShared, en: enShared }, { zh: zhPage, en: enPage })
createApp(Page).use(speak(words)).mount('#page')

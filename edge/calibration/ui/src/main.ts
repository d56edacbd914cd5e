/** Starts the calibration page. */
import 'virtual:tokens.css'
import '@ui/styles/base.css'
import { createApp } from 'vue'
import { gather, speak } from '@ui/i18n/index.ts'
import en from './locales/en/calibration.json'
import zh from './locales/zh/calibration.json'
import Page from './Page.vue'

createApp(Page)
  .use(speak(gather({ zh, en })))
  .mount('#page')

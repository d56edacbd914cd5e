// The hub does not answer; it will be back.
Notice {
    busy: true
    tone: look.busy_colour
    title: words.away_title
    sentence: words.away_sentence
}

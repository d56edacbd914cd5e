// The hub did not answer this press; trying again is safe.
Notice {
    tone: look.busy_colour
    title: words.unanswered_title
    sentence: words.unanswered_sentence

    PushButton {
        objectName: "retry"
        primary: true
        text: words.retry
        onTapped: stage.retry()
    }

    PushButton {
        objectName: "done"
        text: words.to_home
        onTapped: stage.done()
    }
}

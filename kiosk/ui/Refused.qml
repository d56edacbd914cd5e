// The hub said no: why, and what else can be done.
Notice {
    tone: look.busy_colour
    title: words.refused_title
    sentence: says.refusal

    PushButton {
        objectName: "back"
        primary: true
        text: words.other_service
        onTapped: stage.back()
    }

    PushButton {
        objectName: "done"
        text: words.to_home
        onTapped: stage.done()
    }
}

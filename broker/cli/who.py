"""What the options that say who acts say of themselves: the broker's verbs and a partner's client ask alike."""

BY_HELP = "your staff id"
AS_HELP = "the role in which you act"

"""What staff read about posts that are hidden, liked, taken down or corrected. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Line, When
from bot.mention import Action
from bot.reply import Act
from bot.replying.hidden import Hiding
from bot.words import typed

PRESERVE = (
    "This reads as a threat. Do not answer it, delete it or ask for it to be deleted: preserve it. "
    "Ring 999 if anybody is in danger now, else 101. The evidence is kept as it is hidden."
)
ROOM = 75
"""Characters that fit on a button."""
DEEDS: Mapping[str, str] = {
    Action.HIDE: "hide the post",
    Action.SHOW_AGAIN: "show the post again",
    Action.LIKE: "like the post",
    Action.TAKE_DOWN: "take down the reply",
    Action.CORRECT: "correct the reply",
}
"""By action, as a network is asked to do it."""
BY_HAND: Mapping[str, str] = {
    Action.HIDE: "The post is still public. Hide it on the network’s own page, if you may, and note here that you did.",
    Action.SHOW_AGAIN: "The post is still hidden, and is tried again in a day. Show it on the network’s own page.",
    Action.LIKE: "Nothing was changed, and nothing more need be done.",
    Action.TAKE_DOWN: "The reply is still public. Delete it on the network’s own page now, and note here that you did.",
    Action.CORRECT: "The reply is public as it was. Correct it on the network’s own page, or take it down.",
}
WORDS_OF: Mapping[Act, str] = {
    Act.HIDE: "be hidden",
    Act.UNHIDE: "be shown again",
    Act.LIKE: "be liked",
    Act.DELETE_OWN: "be taken down",
    Act.EDIT_OWN: "be corrected",
}
NO_RULES = (
    "No house rules are set, so nothing can be hidden: a post is hidden by a rule the public could read beforehand. "
    "An administrator sets them in the settings, under [[house_rules]], each with its code and its text."
)
WHY = "Write why in a few words: it stays in the record, beside the rule."
WHY_TAKEN_DOWN = "Write why in a few words: it stays in the record, and is never published."
WHY_CORRECTED = WHY_TAKEN_DOWN
EMPTIED = "Write something, or take it down instead."
NOTHING_CHANGED = "Nothing was changed."
READS_PUBLIC, READS_PRIVATE = "What the public reads", "What its author reads"
DOWN = "Once it is down, the mention wants an answer again."
INSTEAD = "Take it down and write another, or add to it with one more reply."
ADD_TO_IT = "Add to it with one more reply."
NO_UNDO = "It goes at once: there is no Undo, but it can be corrected again. What was public before stays on the record."
WAITS = "A correction waits until publishing goes on."
GOES_ON = "To take a reply down is done all the same."
HIDES_ON = "To hide a post is done all the same."


ACTS: Mapping[str, str] = {
    Action.HIDE: "had the post hidden",
    Action.SHOW_AGAIN: "had the post shown again",
    Action.REVIEW: "looked again and kept it hidden",
    Action.LIKE: "had the post liked",
    Action.TAKE_DOWN: "had the reply taken down",
    Action.CORRECT: "had the reply corrected",
    Action.OWE: "noted what is owed",
    Action.OWED_DONE: "did what was owed",
}
"""What somebody did, in the record."""
CAME_OF: Mapping[tuple[str, str], str] = {
    (Action.HIDE, "done"): "the post was hidden",
    (Action.SHOW_AGAIN, "done"): "the post was shown again",
    (Action.LIKE, "done"): "the post was liked",
    (Action.TAKE_DOWN, "done"): "the reply was taken down",
    (Action.CORRECT, "done"): "the reply was corrected",
    (Action.TAKE_DOWN, "gone"): "the reply was gone already",
}


def came_of(action: str, outcome: str, reason: str = "") -> str:
    """What became of it, in the record."""
    if outcome == "refused":
        return f"could not {DEEDS.get(action, 'do that')}{f': {reason}' if reason else ''}"
    return CAME_OF.get((action, outcome), "the post was gone already")


# --- refusals ----------------------------------------------------------------------------------------------------


def not_there(ref: str, act: Act, label: str) -> str:
    """What an account's network has no way to do."""
    what = "The reply" if act in (Act.DELETE_OWN, Act.EDIT_OWN) else "The post"
    return f"{what} on {ref} cannot {WORDS_OF[act]} from here: {label} has no way to. Do it on the network’s own page."


def under_way(ref: str) -> str:
    """One act after the other."""
    return f"Something is being done to that post of {ref} at this moment. Look at its card, and try again in a minute."


def never_liked(ref: str) -> str:
    """Danger is never liked."""
    return f"{ref} sounds like danger, so it is not liked. To see it: {typed('show', ref[2:])}"


def nothing_public(ref: str) -> str:
    """Nothing there that others could see."""
    return f"Nothing of {ref} is public now: it is private, deleted or erased. To read it: {typed('show', ref[2:])}"


def nothing_of_ours(ref: str) -> str:
    """No reply of ours that the network has a name for."""
    return f"No reply to {ref} can be changed from here. One that is public is changed on the network’s own page."


def waits_still(ref: str) -> str:
    """A reply that is not public yet is taken back, not taken down."""
    return f"The reply to {ref} waits to be approved and is not public. Its writer takes it back: {typed('recall', ref[2:])}"


def too_long_to_correct(ref: str) -> str:
    """Longer than a form can hold: its words would be cut."""
    return f"The reply to {ref} is longer than a form can hold, so it cannot be corrected from here."


def correct_in_form(ref: str) -> str:
    """Asked for where no form can open."""
    return f"Correct the reply to {ref} in the form."


def no_such_rule_as(code: str, codes: Sequence[str]) -> str:
    """A rule that is not among the published ones."""
    return f"There is no rule {code}. The rules: {', '.join(codes)}."


def on_its_way(ref: str) -> str:
    """A reply on its way is undone, not taken down."""
    return f"A reply to {ref} is on its way. To stop it: {typed('undo', ref[2:])}"


def no_such_rule(ref: str) -> str:
    """Hidden by no rule."""
    return f"Choose the house rule that {ref} breaks: {typed('hide', ref[2:])}"


def hidden_already(ref: str) -> str:
    """Hidden twice."""
    return f"That post of {ref} is hidden already. To see by whom and why: {typed('why', ref[2:])}"


def not_hidden(ref: str) -> str:
    """Shown though it is not hidden."""
    return f"Nothing of {ref} is hidden now. To see what was: {typed('why', ref[2:])}"


def own_hiding(ref: str) -> str:
    """A second look by the first pair of eyes."""
    return f"You hid that post of {ref}, so a colleague who approves has to look at it. You can show it again yourself."


def needs_why(verb: str, ref: str, example: str) -> str:
    """A deed in public without a reason."""
    return f"Say why, for the record of {ref}: {typed(verb, f'{ref[2:]} {example}')}"


def approved_first(ref: str, who: Sequence[str]) -> str:
    """A correction by one whose replies are approved."""
    others = f"{', '.join(who)} can correct it" if who else "A colleague who approves can correct it"
    return f"What you write to the public is looked at by a colleague first. {others}, or you take the reply to {ref} down."


# --- answers -----------------------------------------------------------------------------------------------------


def hiding(ref: str, rule: str, until: When, reviewer: str) -> Line:
    """To the one who hid it."""
    who = reviewer or "A colleague who approves"
    return (
        f"{ref} is being hidden by rule {rule}, and the evidence is kept. {who} is asked to look again. It shows again on ",
        until,
        " unless a colleague renews it. Its author is told only if you reply.",
    )


def showing(ref: str) -> str:
    """To the one who has it shown."""
    return f"{ref} is being shown to the public again. Its card says when it is."


def kept_hidden(ref: str, until: When) -> Line:
    """To the one who looked again."""
    return (f"Thank you for looking. {ref} stays hidden until ", until, ", and then shows again unless it is renewed.")


def liking(ref: str, speaks_as: str) -> str:
    """To the one who liked."""
    return f"{ref} is being liked as {speaks_as}."


def taking_down(ref: str, posts: int) -> str:
    """To the one who has our reply deleted."""
    what = "the reply" if posts == 1 else f"all {posts} posts of the reply"
    return f"Taking down {what} to {ref}. Once it is down, {ref} is opened again, because it has no answer then."


def correcting(ref: str, *, is_private: bool) -> str:
    """To the one who has our reply changed."""
    whom = "its author" if is_private else "the public"
    return f"The reply to {ref} is being corrected. Its card says when {whom} can see it; both versions are on the record."


def and_why(why: str, reason: str) -> str:
    """Why a reply is corrected, and why it goes all the same past what was found, for the record."""
    return f"{why} (all the same: {reason})" if reason else why


def whose(name: str) -> str:
    """Begins the sentence that shows a reply of ours; as whom it stands follows."""
    return f"The reply of {name}, as "


def correct_label(speaks_as: str) -> str:
    """What the button says: never without the account. A long name is cut in its middle, where names differ least."""
    deed, name = "Correct as ", " ".join(speaks_as.split())
    room = ROOM - len(deed)
    if len(name) > room:
        half = (room - 1) // 2
        name = f"{name[:half]}…{name[-half:]}"
    return f"{deed}{name}"


STANDS: Mapping[str, str] = {
    "asked": "is being hidden",
    "hidden": "is hidden",
    "showing": "is being shown again",
    "failed": "could not be hidden",
    "shown": "is shown again",
}


def decided(one: Hiding, rule: str, names: Mapping[str, str], zone: ZoneInfo) -> Line:
    """Who decided to hide a post and by which ``rule`` as it was published then, in one line, however long ago."""
    words = f" (“{rule}”)" if rule else ""
    head: Line = (f"{names.get(one.by, one.by)} decided on ", day(one.at, zone), f" to hide it by rule {one.rule}{words}; ")
    looked: Line = ("no colleague has looked again yet",)
    if one.reviewed_by and one.reviewed_at:
        looked = (f"{names.get(one.reviewed_by, one.reviewed_by)} looked again on ", day(one.reviewed_at, zone))
    return (*head, *looked, f". It {STANDS[one.state]}.")


def day(at: datetime, zone: ZoneInfo) -> When:
    """A day with its year: it may be looked up years later."""
    local = at.astimezone(zone)
    return When(at, f"{local.day} {local:%B} {local.year}")


def moment(at: datetime, zone: ZoneInfo) -> When:
    """A day with its year, to the second: of evidence."""
    local = at.astimezone(zone)
    return When(at, f"{local.day} {local:%B %Y, %H:%M:%S %Z}")


def short(one: Hiding, name: str, until: str) -> str:
    """A hidden post in a few words, in a list of many."""
    looked = "" if one.reviewed_by else ", not looked at again yet"
    return f"{one.ref} (rule {one.rule}, {name}, until {until}{looked})"

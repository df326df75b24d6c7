#!/usr/bin/env python3
"""Who may do what: the expected answer to every question, reasoned out without the product.

Reads nothing of the product and imports nothing but Python's standard library. Written from the tiers of the
security design: tier 0 stays in the laboratory, tier 1 needs an agreement and a consent, tier 2 is counted unless a
person objects, tier 3 needs its own word. `python3 oracle.py > matrix.tsv` writes the reviewed table again.

A row is a role, a resource and an action. Its 20 letters are the five states of consent (none, given, narrowed,
expired, withdrawn), four letters each for the distances own, agreed, network, outside: `+` allowed, `.` not.

The person of the test gave consent for clinical care at tiers 1 and 2 (tier 1 to laboratories under agreement, tier 2
to the network), narrowed it to tier 2, let it expire, or withdrew it. Everybody asks for clinical care.
"""

ROLES = "clinical_scientist clinician laboratory_head curator approver researcher operator patient peer visitor".split()
RESOURCES = ("statement aggregate case case_counts submission draft discordance consent decision break_glass alert "
             "account membership sharing access_request").split()
ACTIONS = "read list create change withdraw share export approve".split()
STATES = "none given narrowed expired withdrawn".split()
DISTANCES = "own agreed network outside".split()

CARERS = {"clinical_scientist", "clinician", "laboratory_head", "curator"}   # see people, or their samples
SENDERS = CARERS - {"clinician"}                                            # put things into the record
PEOPLE = CARERS | {"approver", "researcher", "operator"}                    # have an account
SECOND_SIGNATURE = {"laboratory_head", "approver"}
INSIDE = {"own", "agreed", "network"}


def open_knowledge(role, action, distance):
    """Statements, aggregates and discordances are what the network is for."""
    if role in PEOPLE:
        return action in {"read", "list", "export"} and distance in INSIDE
    return role == "peer" and action in {"read", "list"} and distance in {"agreed", "network"}


def statement(role, action, distance, state):
    if action in {"create", "change", "share"}:
        return role in SENDERS and distance == "own"
    if action in {"withdraw", "approve"}:
        return role in SECOND_SIGNATURE and distance == "own"
    return open_knowledge(role, action, distance)


def aggregate(role, action, distance, state):
    return open_knowledge(role, action, distance)


def discordance(role, action, distance, state):
    if action in {"create", "change"}:
        return role in SENDERS and distance in INSIDE
    if action == "approve":
        return role in SECOND_SIGNATURE and distance == "own"
    return open_knowledge(role, action, distance)


def case(role, action, distance, state):
    agreed_to_tier_1 = state == "given"
    if action in {"create", "change", "withdraw"}:
        return role in SENDERS and distance == "own"
    if action in {"share", "export"}:
        return role in SENDERS and distance == "own" and agreed_to_tier_1
    if action in {"read", "list"}:
        if distance == "own" and role in CARERS:
            return True
        if distance == "own":
            return role == "researcher" and agreed_to_tier_1
        return distance == "agreed" and role in CARERS | {"researcher", "peer"} and agreed_to_tier_1
    return False


def case_counts(role, action, distance, state):
    may_be_counted = state in {"none", "given", "narrowed"}
    if action in {"read", "list"}:
        if distance == "own":
            return role in CARERS or (role in PEOPLE and may_be_counted)
        return distance in INSIDE and role in PEOPLE | {"peer"} and may_be_counted
    return action == "export" and role in SENDERS and distance == "own" and may_be_counted


def submission(role, action, distance, state):
    if distance != "own":
        return False
    return {"read": role in CARERS, "list": role in CARERS, "create": role in SENDERS,
            "withdraw": role == "laboratory_head"}.get(action, False)


def draft(role, action, distance, state):
    if distance != "own":
        return False
    if action in {"read", "list"}:
        return role in CARERS | {"approver"}
    if action == "approve":
        return role in SECOND_SIGNATURE
    return action in {"create", "change", "withdraw", "share"} and role in SENDERS


def consent(role, action, distance, state):
    if distance != "own":
        return False
    if role == "patient":
        return action in {"read", "change", "withdraw"}
    if action in {"read", "list"}:
        return role in CARERS | {"approver"}
    return action in {"create", "change", "withdraw"} and role in CARERS


def decision(role, action, distance, state):
    return distance == "own" and action in {"read", "list"} and role in SECOND_SIGNATURE | {"patient"}


def break_glass(role, action, distance, state):
    if action == "create":
        return role in CARERS and distance in {"agreed", "network"}
    if distance != "own":
        return False
    if role == "patient":
        return action in {"read", "list"}
    return role in SECOND_SIGNATURE and action in {"read", "list", "approve"}


def alert(role, action, distance, state):
    if distance != "own":
        return False
    if action in {"read", "list"}:
        return role in CARERS | {"approver"}
    return action in {"create", "change", "withdraw"} and role in CARERS


def account(role, action, distance, state):
    return (distance == "own" and role in {"laboratory_head", "operator"}
            and action in {"read", "list", "create", "change", "withdraw"})


def membership(role, action, distance, state):
    """Approval is the operator's to write down and no member's secret."""
    if distance not in INSIDE:
        return False
    if action in {"read", "list"}:
        return role in PEOPLE
    return role == "operator" and action in {"create", "change", "approve"}


def sharing(role, action, distance, state):
    """Numbers about a laboratory: for itself, and for who oversees the network."""
    if action not in {"read", "list", "export"}:
        return False
    if distance == "own":
        return role in PEOPLE
    return role in {"approver", "operator"} and distance in {"agreed", "network"}


def access_request(role, action, distance, state):
    """Asked by a researcher of any laboratory, decided by the one whose cases they are."""
    if role == "researcher":
        return action in {"read", "list", "create", "withdraw"} and distance in INSIDE
    return (role in SECOND_SIGNATURE and distance == "own"
            and action in {"read", "list", "approve", "withdraw", "export"})


def main():
    print("# " + " ".join(["role", "resource", "action"] + STATES) + "; letters: " + " ".join(DISTANCES))
    for role in ROLES:
        for resource in RESOURCES:
            for action in ACTIONS:
                answers = ["".join("+" if globals()[resource](role, action, distance, state) else "."
                                   for distance in DISTANCES) for state in STATES]
                print("\t".join([role, resource, action] + answers))


if __name__ == "__main__":
    main()

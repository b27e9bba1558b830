"""stub"""
def trial(*a, **k): raise NotImplementedError
def through_pytest(*a, **k): raise NotImplementedError

from celery import shared_task
@shared_task(name="reports.aggregate", ignore_result=True)
def aggregate_wave(wave_id, trailing=False): pass
@shared_task(name="reports.catch_up", ignore_result=True)
def catch_up(): pass
